"""Use cases that need the outside: business → network → business."""
