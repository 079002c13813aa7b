namespace EdgeStream.Analytics;

/// <summary>What ROWTIME is.</summary>
public enum RowtimeOrigin
{
    /// <summary>When the gateway appended the record, as Kinesis Data Analytics has it: it never goes back, and
    /// no row is
    /// late.</summary>
    Arrival = 0,

    /// <summary>When the reading was made: rows are put in order within the input's lateness.</summary>
    Event = 1,
}
