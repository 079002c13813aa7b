namespace EdgeStream.Storage;

/// <summary>What a repair of one log does, or would do.</summary>
/// <param name="Steps">What is done and why, in order; empty when there is nothing to do.</param>
/// <param name="Changes">The files that are or would be changed.</param>
/// <param name="Copies">The copies of changed files that were kept; empty when nothing was applied.</param>
/// <param name="Remaining">Damage that stays: its records are lost, readers pass over them.</param>
public sealed record RepairReport(
    IReadOnlyList<string> Steps,
    IReadOnlyList<FileChange> Changes,
    IReadOnlyList<string> Copies,
    IReadOnlyList<LogDamage> Remaining)
{
    /// <summary>
    /// What nobody but the gateway that is running on the log can tell; empty for a log that nobody writes.
    /// </summary>
    public IReadOnlyList<string> Undecided { get; init; } = [];
}
