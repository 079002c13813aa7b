namespace EdgeStream.Devices;

/// <summary>What a birth said of one metric.</summary>
/// <param name="Alias">The number that stands for its name later; null where there is none.</param>
/// <param name="Name">Its name, in UTF-8.</param>
/// <param name="Type">Its data type.</param>
/// <param name="Unit">Its unit (the property <c>engUnit</c>); empty where there is none.</param>
internal sealed record SparkplugKnown(ulong? Alias, byte[] Name, SparkplugType Type, byte[] Unit);
