"""`python -m lti_tool.cli`: the same as `lti-tool`, also where no script was installed."""

from . import main

main()
