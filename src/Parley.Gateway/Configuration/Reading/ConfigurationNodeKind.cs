namespace Parley.Gateway.Configuration.Reading;

internal enum ConfigurationNodeKind
{
    Object,
    Array,
    String,
    Number,
    True,
    False,
    Null,
}
