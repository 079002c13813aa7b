namespace EdgeStream.Analytics;

/// <summary>Shows which keys of one shard are pending: looked at by the evaluation, read by anyone.</summary>
/// <remarks>At most 100 keys, looked at four times a second at most while there are any.</remarks>
internal sealed class PendingBoard(ShardRules rules, TimeProvider time)
{
    private const int CountMax = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private long _shownAt;
    private IReadOnlyList<PendingAlert> _pending = [];

    public IReadOnlyList<PendingAlert> Pending => Volatile.Read(ref _pending);

    /// <summary>Looks again if it is time; called by the evaluation only.</summary>
    public void Update()
    {
        if (rules.Unsettled.Count == 0)
        {
            if (_pending.Count > 0)
            {
                Volatile.Write(ref _pending, []);
            }

            return;
        }

        if (_pending.Count == 0 || time.GetElapsedTime(_shownAt) >= Interval)
        {
            _shownAt = time.GetTimestamp();
            var pending = new List<PendingAlert>();
            foreach (var rule in rules.Rules)
            {
                if (rule.Pending > 0 && pending.Count < CountMax)
                {
                    rule.AddPending(pending, CountMax, time, rules.Sink);
                }
            }

            Volatile.Write(ref _pending, pending);
        }
    }
}
