"""HTTP beside the page: data routes, security headers, the front page."""
