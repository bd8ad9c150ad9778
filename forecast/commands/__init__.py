"""What the commands print: tables, messages and progress; ``cli.py`` declares the commands themselves."""
