"""The contract that the box and the county share: documents, trust, blobs and journal entries."""
