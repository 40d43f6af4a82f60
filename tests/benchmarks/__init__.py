"""What the tool costs. `make bench` runs `road` and prints ratios against floors measured in the same run."""
