namespace EdgeStream.Analytics;

/// <summary>What reading a merged input came to.</summary>
internal enum InputStep
{
    /// <summary>Nothing more can be said for now: a shard may still have an earlier row.</summary>
    Waiting = 0,

    /// <summary>The next record in the order of ROWTIME.</summary>
    Record = 1,

    /// <summary>A record that is older than its input allows.</summary>
    Late = 2,

    /// <summary>A span of history was read to its end.</summary>
    End = 3,
}
