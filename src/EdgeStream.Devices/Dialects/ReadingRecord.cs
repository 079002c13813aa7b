using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>Where one record of a message lies in the memory of its <see cref="ReadingBatch"/>.</summary>
internal readonly record struct ReadingRecord(
    int DeviceStart, int DeviceLength, int DataStart, int DataLength, ReadingTime Time, int Readings)
{
    /// <summary>The newest time that the device states in it, believed or not; null for none, or for a historical
    /// record.</summary>
    internal Timestamp? Stated { get; init; }

    /// <summary>How the device is.</summary>
    internal DeviceVitals Vitals { get; init; }

    /// <summary>Where in the batch's data the version of the firmware stands, or where in what it keeps, as the
    /// complement of the place.</summary>
    internal (int Start, int Length) Firmware { get; init; }

    /// <summary>Where in the batch's data the quality of the time stands, of a single reading; 0 where it does
    /// not.</summary>
    internal int QualityStart { get; init; }

    /// <summary>The event time; null for "as it arrives".</summary>
    internal Timestamp? EventTime => Time.IsStated ? new Timestamp(Time.UnixMicroseconds) : null;
}
