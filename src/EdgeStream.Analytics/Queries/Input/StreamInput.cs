using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>A stream that queries read, and what ROWTIME is of its records.</summary>
internal sealed record StreamInput(
    int Index, DataStream Stream, RowtimeOrigin Rowtime, long LatenessMicroseconds, TimeSpan IdleTimeout)
{
    public string Name => Stream.Name;

    /// <summary>Inputs of which this is the same can be read together.</summary>
    public static string KeyOf(QueryInput input) => input.Rowtime == RowtimeOrigin.Arrival
        ? $"{input.Stream}|arrival"
        : $"{input.Stream}|event|{input.Lateness.Ticks}|{input.IdleTimeout.Ticks}";
}
