namespace EdgeStream.Benchmarks.Areas.Kinesis;

/// <summary>What the clients of a scenario do.</summary>
internal enum KinesisScenarioKind
{
    /// <summary>They put 500 records a request.</summary>
    PutRecords,

    /// <summary>They read from the oldest record on, again and again.</summary>
    GetRecords,

    /// <summary>They put one record a request.</summary>
    PutRecord,

    /// <summary>They put one record a request, at fixed times.</summary>
    PacedPutRecord,

    /// <summary>One puts single records, another gets them by subscription.</summary>
    Propagation,
}
