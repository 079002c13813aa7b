namespace EdgeStream.Storage;

/// <summary>What a step of a <see cref="LogReader"/> came to.</summary>
public enum LogReadStep
{
    /// <summary>Nothing more is visible for now.</summary>
    None = 0,

    /// <summary>The next record.</summary>
    Record = 1,

    /// <summary>
    /// Records that cannot be read any more: <see cref="LogReader.Gap"/> says which. What follows them is next.
    /// </summary>
    Gap = 2,
}
