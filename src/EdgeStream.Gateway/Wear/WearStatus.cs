using EdgeStream.Storage;

namespace EdgeStream.Gateway.Wear;

/// <summary>How the disk wears: what was written, how fast, and how long a card of a given endurance lasts.</summary>
internal sealed record WearStatus
{
    /// <summary>When counting began.</summary>
    public required Timestamp Since { get; init; }

    /// <summary>The disk under the data folder; null where there is none.</summary>
    public required string? Device { get; init; }

    /// <summary>What the gateway has written since then, by the kernel's count; null where it is not known.</summary>
    public required long? ProcessBytes { get; init; }

    /// <summary>What all programs have written to the disk since then; null where it is not known.</summary>
    public required long? DeviceBytes { get; init; }

    /// <summary>Keys and values of accepted records.</summary>
    public required long PayloadBytes { get; init; }

    /// <summary>The gateway's bytes in the last hour; null before ten minutes are known.</summary>
    public required double? ProcessBytesPerHour { get; init; }

    /// <summary>Everybody's bytes on the disk in the last hour.</summary>
    public required double? DeviceBytesPerHour { get; init; }

    /// <summary>The gateway's bytes a day, by the last 24 hours or what is known of them.</summary>
    public required double? ProcessBytesPerDay { get; init; }

    /// <summary>Everybody's bytes on the disk a day.</summary>
    public required double? DeviceBytesPerDay { get; init; }

    /// <summary>The gateway's bytes for each byte of payload, over the last 24 hours; null without payload.</summary>
    public required double? BytesPerPayloadByte { get; init; }

    /// <summary>
    /// Everybody's bytes on the disk for each of them, over the same time: what the file system adds, and others.
    /// </summary>
    public required double? DeviceBytesPerPayloadByte { get; init; }

    /// <summary>What the card is made for; null when it is not configured.</summary>
    public required long? EnduranceBytes { get; init; }

    /// <summary>
    /// Days until the endurance is used up at the present rate: the disk's where it is known, else the gateway's.
    /// </summary>
    public required double? DaysLeft { get; init; }
}
