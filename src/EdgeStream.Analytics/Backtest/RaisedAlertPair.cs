namespace EdgeStream.Analytics;

/// <summary>One row of a comparison: what would have been raised, what was, or both.</summary>
/// <param name="Would">What the rule would have raised; null if it would not have.</param>
/// <param name="Was">What was raised; null if nothing was.</param>
public sealed record RaisedAlertPair(RaisedAlert? Would, RaisedAlert? Was)
{
    /// <summary>Whether both are the same alert: the same first record.</summary>
    public bool IsSame => Would is not null && Was is not null && Would.Fired.Id == Was.Fired.Id;

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
                pairs.Add(new RaisedAlertPair(raised, same));
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
        return [.. pairs.OrderBy(static pair => pair.FiredAt.UnixMicroseconds)];
    }
}
