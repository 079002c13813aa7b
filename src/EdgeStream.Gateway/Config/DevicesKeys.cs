using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys about devices themselves; part of <see cref="ConfigKeys"/>.</summary>
internal static class DevicesKeys
{
    public static readonly SchemaMap Aliases = new("aliases",
        "Names for people, by device. One that is named here can't be renamed by the API.", 1000);

    public static readonly SchemaScalar Enabled = SchemaScalar.Boolean("enabled", false,
        "Whether devices are announced to Home Assistant over the gateway's own MQTT server.");
    public static readonly SchemaScalar Prefix = Text("prefix", "homeassistant",
        "What the topics of announcements begin with, as Home Assistant is set up.", PrefixProblem, lengthMax: 128);
    public static readonly SchemaScalar Only = Texts("only",
        "The devices that are announced; a * at the end stands for any rest. Default: all but those that announced "
            + "themselves.");
    public static readonly SchemaSection HomeAssistant = new("homeAssistant",
        "Devices that appear in Home Assistant by themselves.", Enabled, Prefix, Only);

    public static readonly SchemaSection Section = new("devices", "The devices themselves.", Aliases, HomeAssistant);

    private static string? PrefixProblem(string text) =>
        text.Length == 0 || text.AsSpan().ContainsAny("+#\0$ ") || text.StartsWith('/') || text.EndsWith('/')
            ? "is no beginning of topics; write levels with / in between, such as homeassistant" : null;
}
