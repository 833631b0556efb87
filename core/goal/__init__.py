"""What it takes: options, programme, seek, cascade."""
