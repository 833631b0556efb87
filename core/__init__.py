"""The engine of the 766 planning tool: plain functions on arrays, without a screen."""
