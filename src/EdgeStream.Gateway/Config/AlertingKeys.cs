using EdgeStream.Analytics;
using EdgeStream.Gateway.Actions;
using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys of what is done about alerts; part of <see cref="ConfigKeys"/>.</summary>
internal static class AlertingKeys
{
    public static readonly SchemaScalar GroupBy = Texts("groupBy",
        "What the alerts of one notification have in common: rule, key, severity or names of labels. Default: rule.");
    public static readonly SchemaScalar GroupWait = Duration("groupWait", "0", "0", "1h",
        "How long others of its group are waited for before an alert is told of.");
    public static readonly SchemaScalar Repeat = Duration("repeat", "0", "0", "30d",
        "After which time an alert that still fires, and that nobody has acknowledged, is told of again; 0 is never.");
    public static readonly SchemaScalar DashboardUrl = Text("dashboardUrl", "",
        "Where people find the dashboard; stands in notifications.");

    public static readonly SchemaScalar FlapChanges = Integer("changes", 6, 0, FlapOptions.ChangesMax,
        "So often the alert of a rule and key fires or resolves within the window when it flaps: what is told of it is "
            + "held back until it is quieter. 0 is never.");
    public static readonly SchemaScalar FlapWindow = Duration("window", "10m", "1s", "1d", "The window.");
    public static readonly SchemaSection Flapping = new("flapping", "When alerts flap.", FlapChanges, FlapWindow);

    public static readonly SchemaScalar Name = RequiredText("name",
        "The action's name, for rules, status, metrics and log.", Names.Id);
    public static readonly SchemaScalar Rules = Texts("rules",
        "The rules whose alerts it takes; a * at the end stands for any rest. Default: all.");
    public static readonly SchemaScalar Severity = Choice("severity", "info",
        "Alerts of a lower severity are left out.", "info", "warning", "critical");
    public static readonly SchemaMap Labels = new("labels",
        "Labels that an alert must have; a * at the end of a text stands for any rest.", LabelSet.CountMax);
    public static readonly SchemaScalar GiveUpAfter = Duration("giveUpAfter", "1d", "0", "30d",
        "How long a notification that fails is tried again before it goes to delivery-errors.");

    public static readonly SchemaScalar StreamName = RequiredText("name", "The stream that takes them.", Names.Stream);
    public static readonly SchemaSection Stream = new("stream",
        "Append each change of an alert to a stream, as it stands in alerts.", StreamName);

    public static readonly SchemaScalar Topic = RequiredText("topic",
        "The topic: {rule}, {key}, {severity}, {state} and {labels.<name>} are replaced.", AlertTopic.FindProblem);
    public static readonly SchemaScalar Qos = Integer("qos", 1, 0, 2, "The quality of service.");
    public static readonly SchemaScalar Retain = SchemaScalar.Boolean("retain", false,
        "Whether an alert becomes its topic's retained message.");
    public static readonly SchemaSection Mqtt = new("mqtt",
        "Publish each change of an alert to the gateway's own MQTT clients.", Topic, Qos, Retain);

    public static readonly SchemaScalar Timeout = Duration("timeout", "10s", "1s", "1h",
        "It is over within this: one request with its whole answer, or the command, which is killed then.");
    public static readonly SchemaSection Webhook = new("webhook",
        "Post to an HTTP server in the form of Alertmanager's webhooks (version 4).",
        ServerKeys.Url, ServerKeys.UserName, ServerKeys.Password, ServerKeys.PasswordFile, ServerKeys.Token,
        ServerKeys.TokenFile, ServerKeys.Headers, LinkKeys.Tls, ServerKeys.Gzip, Timeout);

    public static readonly SchemaScalar Command = RequiredText("command",
        "The program's path. There is no shell; what Alertmanager would post stands on its standard input.",
        CommandProblem);
    public static readonly SchemaScalar Arguments = Texts("arguments", "Its arguments.");
    public static readonly SchemaSection Exec = new("exec", "Run a command.", Command, Arguments, Timeout);

    public static readonly SchemaScalar Chip = Text("chip", "/dev/gpiochip0", "The chip's device.", Names.File);
    public static readonly SchemaScalar Line = Integer("line", 0, 0, 65535, "The line's number on the chip.");
    public static readonly SchemaScalar ActiveLow = SchemaScalar.Boolean("activeLow", false,
        "Whether the line is low while alerts fire.");
    public static readonly SchemaScalar UntilAcknowledged = SchemaScalar.Boolean("untilAcknowledged", false,
        "Whether an alert that somebody has acknowledged no longer holds the line.");
    public static readonly SchemaSection Gpio = new("gpio",
        "Hold a line of the board while alerts fire.", Chip, Line, ActiveLow, UntilAcknowledged);

    /// <summary>What an action may do.</summary>
    public static readonly SchemaSection[] Kinds = [Stream, Mqtt, Webhook, Exec, Gpio];

    public static readonly SchemaList Actions = new("actions",
        "What is done about alerts, beside edgestream/alerts/<rule> over MQTT.", ActionEngine.ActionsMax,
        [Name, Rules, Severity, Labels, GiveUpAfter, .. Kinds]);

    public static readonly SchemaSection Section = new("alerting",
        "How people and machines are told of alerts.",
        GroupBy, GroupWait, Repeat, DashboardUrl, Flapping, Actions);

    private static string? CommandProblem(string text) => text.StartsWith('/') && !text.Contains('\0')
        ? null
        : $"cannot be '{text.Replace('\0', '?')}'; allowed: the whole path of a program, such as /usr/local/bin/page";
}
