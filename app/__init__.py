"""app/: what people see. It may look into layers/ and geo/."""
