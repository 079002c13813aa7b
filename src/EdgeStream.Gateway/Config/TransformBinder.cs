using EdgeStream.Delivery;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes what a delivery does with records before it writes them.</summary>
internal static class TransformBinder
{
    /// <summary>The file's section; null where there is none.</summary>
    public static TransformDefinition? Bind(ConfigReader reader, ConfigValues item)
    {
        if (!item.Has(DeliveryKeys.Transform))
        {
            return null;
        }

        var values = item.Section(DeliveryKeys.Transform);
        var seconds = (int)Math.Ceiling(values.Duration(DeliveryKeys.TransformTimeout).TotalSeconds);
        IReadOnlyList<string>? command = null;
        if (values.TextOrNull(DeliveryKeys.TransformCommand) is { } text && !CommandLine.TrySplit(text, out command))
        {
            reader.Report(values.At(DeliveryKeys.TransformCommand), "'command' has a quote that does not end");
        }

        return new TransformDefinition
        {
            Where = values.TextOrNull(DeliveryKeys.Where),
            Select = values.TextOrNull(DeliveryKeys.Select),
            Process = command is null ? null
                : new ProcessTransformOptions { Command = command, TimeoutSeconds = seconds },
            Http = values.TextOrNull(DeliveryKeys.TransformUrl) is { } url
                ? new HttpTransformOptions { Url = url, TimeoutSeconds = seconds } : null,
        };
    }
}
