namespace EdgeStream.Delivery;

/// <summary>What a record has beside its data. The numbers are in the ledger: they may only grow.</summary>
public enum RecordField
{
    /// <summary>The stream's name.</summary>
    Stream = 0,

    /// <summary>The shard's id.</summary>
    Shard = 1,

    /// <summary>The sequence number.</summary>
    Sequence = 2,

    /// <summary>The place in an aggregated record; none for a record of its own.</summary>
    SubSequence = 3,

    /// <summary>The partition key.</summary>
    Key = 4,

    /// <summary>When the reading was made.</summary>
    EventTime = 5,

    /// <summary>When the record was appended.</summary>
    ArrivalTime = 6,

    /// <summary>The data as it is.</summary>
    Data = 7,

    /// <summary>Whether the record has waited through an outage and is delivered beside what comes now.</summary>
    Historical = 8,
}
