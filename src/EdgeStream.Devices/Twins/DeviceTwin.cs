using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>What a device is to be and what it is, whether it is awake or not. Immutable.</summary>
/// <param name="Device">The device.</param>
/// <param name="Desired">What it is to be.</param>
/// <param name="Reported">What it is.</param>
/// <param name="Change">Counts the changes of all twins; which of two was changed later.</param>
public sealed record DeviceTwin(string Device, TwinState Desired, TwinState Reported, long Change)
{
    /// <summary>A twin that nobody has changed.</summary>
    public static DeviceTwin Of(string device) => new(device, TwinState.Empty, TwinState.Empty, 0);

    /// <summary>How many bytes of JSON it has.</summary>
    internal int SizeBytes => Desired.Json.Length + Reported.Json.Length;

    /// <summary>One of the halves.</summary>
    public TwinState Of(TwinPart part) => part == TwinPart.Desired ? Desired : Reported;

    /// <summary>What is desired and not reported: the members whose values differ, an object with its own such
    /// members. Empty when the device is as it is to be.</summary>
    public byte[] Delta()
    {
        using var desired = JsonDocument.Parse(Desired.Json, TwinPatch.Options);
        using var reported = JsonDocument.Parse(Reported.Json, TwinPatch.Options);
        return TwinPatch.Difference(desired.RootElement, reported.RootElement);
    }
}
