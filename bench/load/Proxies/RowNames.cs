namespace Parley.Load.Proxies;

internal static class RowNames
{
    public const string Direct = "direct";
    public const string Nginx = "nginx";
    public const string Floor = "floor";
    public const string Parley = "parley";
}
