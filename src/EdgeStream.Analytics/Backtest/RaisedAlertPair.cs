namespace EdgeStream.Analytics;

/// <summary>One row of a comparison: what would have been raised, what was, or both.</summary>
/// <param name="Would">What the rule would have raised; null if it would not have.</param>
/// <param name="Was">What was raised; null if nothing was.</param>
public sealed record RaisedAlertPair(RaisedAlert? Would, RaisedAlert? Was)
{
    /// <summary>Whether both are the same alert: of the same first record, or, where rows were compared, fired by the
    /// same value.</summary>
    public bool IsSame { get; private init; }

    /// <summary>When the earlier of the two fired.</summary>
    public Storage.Timestamp FiredAt => Would is null ? Was!.Fired.FiredAt
        : Was is null || Would.Fired.FiredAt < Was.Fired.FiredAt ? Would.Fired.FiredAt
        : Was.Fired.FiredAt;

    /// <summary>Puts two lists beside each other: the same alerts first, then those of one key that stood at the same
    /// time, each once.</summary>
    public static IReadOnlyList<RaisedAlertPair> Compare(
        IReadOnlyList<RaisedAlert> would, IReadOnlyList<RaisedAlert> was)
    {
        var open = new List<RaisedAlert>(was);
        var byId = was.GroupBy(static raised => raised.Fired.Id, StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => group.First(), StringComparer.Ordinal);
        var pairs = new List<RaisedAlertPair>();
        var unmatched = new List<RaisedAlert>();
        foreach (var raised in would)
        {
            if (byId.TryGetValue(raised.Fired.Id, out var same))
            {
                open.Remove(same);
                pairs.Add(new RaisedAlertPair(raised, same) { IsSame = true });
            }
            else
            {
                unmatched.Add(raised);
            }
        }

        foreach (var raised in unmatched)
        {
            var near = open.Find(other => other.Fired.Key == raised.Fired.Key && other.Overlaps(raised));
            pairs.Add(new RaisedAlertPair(raised, near));
            if (near is not null)
            {
                open.Remove(near);
            }
        }

        pairs.AddRange(open.Select(static raised => new RaisedAlertPair(null, raised)));
        return InOrder(pairs);
    }

    /// <summary>Puts two lists of alerts over the rows of a query beside each other: those of one key in their order,
    /// each once, where what was raised fired before the other was over, or at most a lag later, and was not over
    /// before the other fired.</summary>
    /// <remarks>A query that ran gave its rows later than their times, by a lag that depends on the machine and its
    /// load. Ids are not compared: they are made of the places of records, which rows that a query would have given do
    /// not have.</remarks>
    /// <param name="would">What would have been raised, at the times of the rows.</param>
    /// <param name="was">What was raised, when the rows arrived.</param>
    /// <param name="lagMax">By how much the query that ran may have lagged.</param>
    public static IReadOnlyList<RaisedAlertPair> CompareRows(
        IReadOnlyList<RaisedAlert> would, IReadOnlyList<RaisedAlert> was, TimeSpan lagMax)
    {
        var open = was.GroupBy(static raised => raised.Fired.Key, StringComparer.Ordinal).ToDictionary(
            static group => group.Key,
            static group => new Queue<RaisedAlert>(
                group.OrderBy(static raised => raised.Fired.FiredAt.UnixMicroseconds)),
            StringComparer.Ordinal);
        var pairs = new List<RaisedAlertPair>();
        foreach (var raised in would.OrderBy(static raised => raised.Fired.FiredAt.UnixMicroseconds))
        {
            if (!open.TryGetValue(raised.Fired.Key, out var others))
            {
                pairs.Add(new RaisedAlertPair(raised, null));
                continue;
            }

            while (others.TryPeek(out var earlier) && earlier.IsOverBefore(raised))
            {
                pairs.Add(new RaisedAlertPair(null, others.Dequeue()));
            }

            var near = others.TryPeek(out var next) && next.FiredWithin(raised, lagMax) ? others.Dequeue() : null;
            var isSame = near is not null && near.Fired.Value.Equals(raised.Fired.Value);
            pairs.Add(new RaisedAlertPair(raised, near) { IsSame = isSame });
        }

        pairs.AddRange(open.Values.SelectMany(static others => others)
            .Select(static raised => new RaisedAlertPair(null, raised)));
        return InOrder(pairs);
    }

    private static RaisedAlertPair[] InOrder(List<RaisedAlertPair> pairs) =>
        [.. pairs.OrderBy(static pair => pair.FiredAt.UnixMicroseconds)];
}
