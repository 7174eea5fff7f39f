"""The atlas itself: view, filters, land, evidence and the figures' tables; pure functions of data and view."""
