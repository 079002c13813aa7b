using EdgeStream.Delivery;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes what a delivery may use of its link.</summary>
internal static class UsageBinder
{
    /// <summary>Binds the section of one delivery.</summary>
    public static DeliveryLinkOptions Bind(ConfigReader reader, ConfigValues item, SchemaSection destination)
    {
        if (destination == DeliveryKeys.Folder && item.Has(UsageKeys.Section))
        {
            reader.Report(item.At(UsageKeys.Section),
                "'link' is for destinations behind a network: a 'folder' has no link, leave it out");
        }

        var values = item.Section(UsageKeys.Section);
        return new DeliveryLinkOptions
        {
            BreakerFailures = values.Integer(UsageKeys.BreakerFailures),
            BytesPerSecond = values.Has(UsageKeys.BytesPerSecond) ? values.Size(UsageKeys.BytesPerSecond) : null,
            BytesPerMonth = values.Has(UsageKeys.BytesPerMonth) ? values.Size(UsageKeys.BytesPerMonth) : null,
            Windows = new WindowList(values.Texts(UsageKeys.Windows)),
            TimeZone = values.TextOrNull(UsageKeys.TimeZone),
        };
    }

    /// <summary>Binds how long one delivery waits between attempts.</summary>
    public static RetryOptions BindRetry(ConfigValues item)
    {
        var values = item.Section(UsageKeys.Section);
        return new RetryOptions
        {
            CapDelay = values.Duration(UsageKeys.RetryWithin), ProbeCapDelay = values.Duration(UsageKeys.ProbeWithin),
        };
    }
}
