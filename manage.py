#!/usr/bin/env python
"""Django's command line; DJANGO_SETTINGS_MODULE chooses the profile."""

import os
import sys

from django.core.management import execute_from_command_line

from config.env import MisconfiguredError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except MisconfiguredError as error:
        sys.exit(str(error))
