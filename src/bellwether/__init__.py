"""Does the news say where Bitcoin goes next, and which reader of the news is better?"""

__version__ = "0.1.0"
