namespace EdgeStream.Delivery;

/// <summary>How records stand in an object. The numbers are in the ledger: they may only grow.</summary>
public enum RecordFormat
{
    /// <summary>One JSON line each, with stream, shard, sequence number, key and times.</summary>
    JsonLines = 0,

    /// <summary>Their bytes as they are, one after another, each followed by the delivery's delimiter.</summary>
    Raw = 1,

    /// <summary>Comma-separated values of the delivery's columns, a line each.</summary>
    Csv = 2,

    /// <summary>Rows of a Parquet file with the delivery's columns, or those that are found in the data.</summary>
    Parquet = 3,
}
