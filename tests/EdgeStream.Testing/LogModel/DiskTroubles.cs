namespace EdgeStream.Testing;

/// <summary>What a disk begins to refuse, one kind of operation at a time.</summary>
internal sealed class DiskTroubles(SimulatedDisk disk, Random random)
{
    private static readonly string[] Kinds =
        ["writes", "syncs", "truncates", "creates", "renames", "deletes", "replaces", "reads"];

    /// <summary>How many of the kinds are of operations that change something; reads come last.</summary>
    private static readonly int WritingKindCount = Kinds.Length - 1;

    /// <summary>Whether names were changed that a power cut may change back, since the log was opened.</summary>
    internal bool MayBringBackNames { get; private set; }

    /// <summary>Whether reads failed since the log was opened: what they were about may count as damaged.</summary>
    internal bool HadUnreadable { get; private set; }

    /// <summary>One of the next operations of a kind fails, and all of that kind behind it; says which.</summary>
    internal string Begin() => Begin(random.Next(Kinds.Length));

    /// <summary>The same, but that all can be read.</summary>
    internal void BeginWriting() => Begin(random.Next(WritingKindCount));

    /// <summary>The disk is well again.</summary>
    internal void End() => disk.BeWell();

    /// <summary>The log is about to be opened: what was, is seen again.</summary>
    internal void Forget() => (MayBringBackNames, HadUnreadable) = (false, false);

    private string Begin(int kind)
    {
        var count = random.Next(random.Next(3) == 0 ? 20 : 3);
        disk.RefusesNames = random.Next(2) == 0;
        disk.DoesFailedReplaces = random.Next(2) == 0;
        MayBringBackNames = true;
        switch (Kinds[kind])
        {
            case "writes":
                disk.WritesUntilFailure = count;
                break;
            case "syncs":
                disk.SyncsUntilFailure = count;
                break;
            case "truncates":
                disk.TruncatesUntilFailure = count;
                break;
            case "creates":
                disk.CreatesUntilFailure = count;
                break;
            case "renames":
                disk.RenamesUntilFailure = count;
                break;
            case "deletes":
                disk.DeletesUntilFailure = count;
                break;
            case "replaces":
                disk.ReplacesUntilFailure = count;
                break;
            default:
                disk.ReadsUntilFailure = count;
                HadUnreadable = true;
                break;
        }

        return Kinds[kind];
    }
}
