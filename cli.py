"""`python cli.py …` in a checkout is the command `trialside …`."""

from harvester.cli import main

main()
