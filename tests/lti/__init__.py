"""The border with the LMS, tested without sockets: a signer stands in for the LMS."""
