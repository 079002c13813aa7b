namespace EdgeStream.Analytics;

/// <summary>Two tables of one rule, saved beside each other; each knows its entries by their first byte.</summary>
internal sealed class RuleStates(IRuleState first, IRuleState second) : IRuleState
{
    public void Save(Action<byte[]> removed, Action<byte[], ReadOnlyMemory<byte>> changed)
    {
        first.Save(removed, changed);
        second.Save(removed, changed);
    }

    public void Restore(IEnumerable<ReadOnlyMemory<byte>> entries)
    {
        var all = entries.ToList();
        first.Restore(all);
        second.Restore(all);
    }
}
