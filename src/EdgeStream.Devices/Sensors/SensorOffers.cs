namespace EdgeStream.Devices;

/// <summary>Lists the sensors that the kernel has, with what they say.</summary>
public static class SensorOffers
{
    /// <summary>Every sensor below a root, class by class; of names that come twice each with its device.</summary>
    /// <param name="root">The folder that holds <c>sys</c>.</param>
    /// <param name="timeout">How long each may take for its value.</param>
    public static async Task<IReadOnlyList<OfferedSensor>> ListAsync(string root, TimeSpan timeout)
    {
        var offers = SensorCatalog.List(root).ToArray();
        var counts = offers.Select(static offer => Short(offer.Address).ToString())
            .CountBy(static address => address).ToDictionary();
        var found = new List<OfferedSensor>();
        foreach (var offer in offers)
        {
            var brief = Short(offer.Address);
            var address = counts[brief.ToString()] == 1 ? brief : offer.Address;
            var (value, problem) = await ReadAsync(offer, timeout).ConfigureAwait(false);
            found.Add(new OfferedSensor(
                address.ToString(), NameOf(offer), offer.Unit, value?.IsText == false ? value.Value.Number : null,
                value?.IsText == true ? value.Value.Text : null, problem));
        }

        return found;
    }

    private static SensorAddress Short(SensorAddress address) => address with { Device = "" };

    private static string NameOf(SensorOffer offer)
    {
        var (kind, chip, _, channel) = offer.Address;
        var part = offer.Label.Length > 0 ? offer.Label : channel;
        return FieldNames.Sanitise(kind is OneWireSensors.Kind or ThermalSensors.Kind
            ? $"{chip} temperature" : $"{chip} {part}");
    }

    private static async Task<(SensorValue? Value, string? Problem)> ReadAsync(SensorOffer offer, TimeSpan timeout)
    {
        using var thread = new ReaderThread(offer.Address.ToString());
        SensorValue? value = null;
        try
        {
            await thread.RunAsync(() => value = offer.Open().Read()).WaitAsync(timeout).ConfigureAwait(false);
            return (value, null);
        }
        catch (TimeoutException)
        {
            return (null, "The kernel has not answered in time.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (null, error.Message);
        }
    }
}
