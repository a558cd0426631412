"""A spoken mock-interview coach that runs wholly on the user's own machine."""

__version__ = "0.1.0"
