"""The watch: abnormal failures found in the order feed, from what is usual to the alert."""
