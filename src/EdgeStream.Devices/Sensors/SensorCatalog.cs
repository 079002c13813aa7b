namespace EdgeStream.Devices;

/// <summary>What sensors the kernel has now.</summary>
internal static class SensorCatalog
{
    /// <summary>Every sensor below a root, class by class.</summary>
    internal static IEnumerable<SensorOffer> List(string root) =>
        HwmonSensors.List(root)
            .Concat(IioSensors.List(root))
            .Concat(OneWireSensors.List(root))
            .Concat(ThermalSensors.List(root))
            .Concat(SupplySensors.List(root));

    /// <summary>Opens the one that an address means.</summary>
    /// <exception cref="IOException">It is not there, or there are several.</exception>
    internal static SensorOffer Find(string root, SensorAddress address)
    {
        if (address.Kind == I2cRegister.Kind)
        {
            return I2cRegister.Offer(root, address);
        }

        if (address.Kind == SpiRegister.Kind)
        {
            return SpiRegister.Offer(root, address);
        }

        SensorOffer? found = null;
        foreach (var offer in OfKind(root, address.Kind))
        {
            if (!address.IsMeant(offer.Address))
            {
                continue;
            }

            found = found is null ? offer : throw new IOException(
                $"There is more than one '{address}'; name the device, as in '{found.Address}' or '{offer.Address}'.");
        }

        return found ?? throw new IOException(
            $"There is no '{address}' now: the chip is not connected, its driver is not loaded, or it has no such "
            + "channel.");
    }

    private static IEnumerable<SensorOffer> OfKind(string root, string kind) => kind switch
    {
        HwmonSensors.Kind => HwmonSensors.List(root),
        IioSensors.Kind => IioSensors.List(root),
        OneWireSensors.Kind => OneWireSensors.List(root),
        ThermalSensors.Kind => ThermalSensors.List(root),
        _ => SupplySensors.List(root),
    };
}
