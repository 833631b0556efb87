"""Over time and with its ranges: calendar, simulate, draws, standing."""
