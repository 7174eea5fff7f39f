"""The last door: a fault of ours is logged with its traceback and told to the user in a sentence."""

import logging

import streamlit as st

from app.i18n.texts import text

log = logging.getLogger("atlas")


def on_fault(fault: Exception) -> bool:
    """Log a fault of the page script; True keeps its traceback off the page."""
    log.error("the page script failed", exc_info=fault)
    st.error(f"{text('fault', 'zh')}\n\n{text('fault', 'en')}")
    return True
