namespace EdgeStream.Kinesis;

/// <summary>Calls since the start, by action and outcome.</summary>
/// <remarks>Thread-safe. A read may miss calls that end at the same moment.</remarks>
public sealed class KinesisStatistics
{
    private const int OutcomeCount = (int)ActionOutcome.Aborted + 1;

    private readonly long[] _counts = new long[ActionTable.Names.Length * OutcomeCount];
    private readonly long[] _ticks = new long[ActionTable.Names.Length];
    private long _recordsIn;
    private long _recordsThrottled;
    private long _recordsOut;

    internal KinesisStatistics()
    {
    }

    /// <summary>The names of all actions.</summary>
    public static IReadOnlyList<string> Actions => ActionTable.Names;

    /// <summary>Records that were put.</summary>
    public long RecordsIn => Interlocked.Read(ref _recordsIn);

    /// <summary>Records of PutRecords that were refused one by one.</summary>
    public long RecordsRefused => Interlocked.Read(ref _recordsThrottled);

    /// <summary>Records that were read, in answers and events.</summary>
    public long RecordsOut => Interlocked.Read(ref _recordsOut);

    /// <summary>How many calls of an action came to an outcome.</summary>
    public long Calls(int action, ActionOutcome outcome) =>
        Interlocked.Read(ref _counts[(action * OutcomeCount) + (int)outcome]);

    /// <summary>How long all calls of an action took together, aborted ones included.</summary>
    /// <remarks>A subscription takes as long as it is open.</remarks>
    public TimeSpan Elapsed(int action) => new(Interlocked.Read(ref _ticks[action]));

    internal void Count(ActionDefinition action, ActionOutcome outcome, TimeSpan elapsed)
    {
        Interlocked.Increment(ref _counts[(action.Index * OutcomeCount) + (int)outcome]);
        Interlocked.Add(ref _ticks[action.Index], elapsed.Ticks);
    }

    internal void CountPut(long accepted, long refused)
    {
        Interlocked.Add(ref _recordsIn, accepted);
        if (refused > 0)
        {
            Interlocked.Add(ref _recordsThrottled, refused);
        }
    }

    internal void CountRead(long records) => Interlocked.Add(ref _recordsOut, records);
}
