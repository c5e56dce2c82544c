"""What the middle of the house needs of its edges, as Protocols.

``daemon`` plugs the real ones in; tests plug hand-written fakes.
"""
