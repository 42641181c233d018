//! Whole runs over folders in a temporary one.
