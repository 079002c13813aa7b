namespace EdgeStream.Devices;

/// <summary>The data types of Sparkplug B that decide how a value is read. Stored with births.</summary>
internal enum SparkplugType
{
    Unknown = 0,
    Int8 = 1,
    Int16 = 2,
    Int32 = 3,
    Int64 = 4,
    UInt8 = 5,
    UInt16 = 6,
    UInt32 = 7,
    UInt64 = 8,
    Float = 9,
    Double = 10,
    Boolean = 11,
    Text = 12,
}
