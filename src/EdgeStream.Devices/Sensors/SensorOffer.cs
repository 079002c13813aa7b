namespace EdgeStream.Devices;

/// <summary>A sensor that the kernel has now.</summary>
/// <param name="Address">Where it is, the device's name on its bus included.</param>
/// <param name="Label">What the driver calls the channel; empty where it calls it nothing.</param>
/// <param name="Unit">The unit of its values, by SenML's names; empty for none.</param>
/// <param name="Open">Makes what reads it.</param>
internal sealed record SensorOffer(SensorAddress Address, string Label, string Unit, Func<ISensorProbe> Open);
