namespace EdgeStream.Storage;

/// <summary>What stands at a cursor's place.</summary>
internal enum EntryStep
{
    /// <summary>A valid record; the cursor is behind it.</summary>
    Record = 0,

    /// <summary>No entry begins here: the end of what was written, or of what may be seen.</summary>
    End = 1,

    /// <summary>Bytes that are not a valid entry; the cursor is before them.</summary>
    Damaged = 2,

    /// <summary>A valid base entry, which begins a frame; the cursor is behind it.</summary>
    Base = 3,

    /// <summary>A valid entry that only fills; the cursor is behind it.</summary>
    Pad = 4,

    /// <summary>
    /// A valid entry that says how many records behind it belong together, and carries checkpoints; the cursor is
    /// behind it.
    /// </summary>
    Batch = 5,

    /// <summary>A valid entry that holds all others of its frame, encrypted; the cursor is behind it.</summary>
    Sealed = 6,
}
