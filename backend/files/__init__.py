"""Uploaded files: checked, made anew where they are pictures, and kept in storage of one's choice."""
