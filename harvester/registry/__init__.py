"""The registry and what comes from it: the only room that knows HTTP and the shape of its records.

transport -> answer -> client, search, paging -> record    asked over the network
source -> piece, page -> record                            read from files: records, downloads, saved pages
"""
